"""Stories of questions: asked once, answered where it belongs."""
