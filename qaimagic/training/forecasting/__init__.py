"""Behind ``forecast``: a step is rehearsed on a copy, and the rest of the run is arithmetic."""
