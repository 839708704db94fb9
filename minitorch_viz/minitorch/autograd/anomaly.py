"""Anomaly mode: backward stops at the node whose gradient isn't a number."""

from __future__ import annotations

import warnings

from ..kinds import type_name
from ..saved import anomaly, look_for_nan
from ..shown import Named

_ENABLED = (
    "Anomaly Detection has been enabled. This mode will increase the runtime and "
    "should only be enabled for debugging."
)


class set_detect_anomaly(metaclass=Named):
    """Switch the check for NaN gradients, at once or for a block.

    >>> with set_detect_anomaly(True):
    ...     anomaly.enabled
    True
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self.prev = anomaly.enabled, anomaly.check_nan
        for place, (name, value) in enumerate(
            (("enabled", mode), ("check_nan", check_nan)), 1
        ):
            if not isinstance(value, bool):
                raise TypeError(
                    f"set_anomaly_enabled(): argument '{name}' (position {place}) must "
                    f"be bool, not {type_name(value)}"
                )
        look_for_nan(mode, check_nan)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc_info: object) -> None:
        look_for_nan(*self.prev)


class detect_anomaly(set_detect_anomaly):
    """Check for NaN gradients inside the block.

    >>> with warnings.catch_warnings(action="ignore"), detect_anomaly():
    ...     anomaly.enabled
    True
    """

    def __init__(self, check_nan: bool = True) -> None:
        super().__init__(anomaly.enabled, anomaly.check_nan)
        warnings.warn(_ENABLED, UserWarning, stacklevel=2)
        self._wanted = check_nan

    def __enter__(self) -> None:
        look_for_nan(True, self._wanted)
