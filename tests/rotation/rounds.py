"""What HR does with a round, through its pages."""

ROUND = {"name": "Summer 2027", "starts_on": "2027-06-01", "ends_on": "2028-05-31"}


def begin_round(hr):
    hr.post("/rotation/rounds/new", **ROUND)
    return hr.page.request.path


def propose(hr, around, name, **fields):
    """A proposal, and where it stands."""
    hr.post(around, name=name, **fields)
    path = hr.page.request.path
    assert path.startswith("/rotation/proposals/"), hr.page.text
    return path


def move(hr, proposal, who, where, day="2027-08-01", **more):
    return hr.post(f"{proposal}/moves/new", person=who, position=where, starts_on=day, **more)
