"""What pytest collects: the examples of a module need what the module needs."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") else ["minitorch_viz/capture/pytorch"]
