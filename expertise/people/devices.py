"""What people call the device that a session is on, out of what its browser says of itself."""

# In this order: a browser also names those that it is like.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def device_name(agent: str) -> str:
    """Firefox, Windows; the start of the text itself where nothing is known."""
    found = [next((name for part, name in names.items() if part in agent), "") for names in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or agent[:40]
