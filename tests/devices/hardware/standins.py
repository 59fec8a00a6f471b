"""Vendors' stand-ins with a shelf on disk: what was submitted outlives the process that did it."""

import json
from pathlib import Path

from qiskit_ibm_runtime import RuntimeDecoder, RuntimeEncoder, RuntimeJobNotFound, SamplerV2
from qiskit_ibm_runtime.fake_provider.local_service import QiskitRuntimeLocalService


class ShelfJob:
    """A job whose result lies on the shelf; it waits in a queue until the machine is open."""

    def __init__(self, folder, name):
        self._folder = Path(folder)
        self._name = name

    def job_id(self):
        return self._name

    def status(self):
        if (self._folder / f"{self._name}.failed").exists():
            return "ERROR"
        return "DONE" if (self._folder / "open").exists() else "QUEUED"

    def result(self):
        if self.status() == "ERROR":
            raise RuntimeError((self._folder / f"{self._name}.failed").read_text())
        return json.loads((self._folder / f"{self._name}.json").read_text(), cls=RuntimeDecoder)

    def usage(self):
        return 2.0


class ShelfService(QiskitRuntimeLocalService):
    """IBM's local service, which also knows the jobs on the shelf, as the real one does."""

    def __init__(self, folder):
        super().__init__()
        self.folder = Path(folder)

    def submissions(self):
        log = self.folder / "submissions"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def job(self, name):
        if not (self.folder / f"{name}.json").exists():
            raise RuntimeJobNotFound(name)
        return ShelfJob(self.folder, name)

    def jobs(self, job_tags):
        found = [entry for entry in self.submissions() if entry["tags"] == job_tags]
        return [self.job(entry["job"]) for entry in found]


def shelf_sampler(folder):
    """Return a SamplerV2 in its local mode, with results put onto the shelf."""

    class ShelfSampler(SamplerV2):
        def run(self, pubs, *, shots=None):
            pubs = list(pubs)
            job = super().run(pubs, shots=shots)
            name = job.job_id()
            entry = {
                "job": name,
                "tags": self.options.environment.job_tags,
                "pubs": len(pubs),
                "seconds": self.options.max_execution_time,
            }
            result = json.dumps(job.result(), cls=RuntimeEncoder)
            (Path(folder) / f"{name}.json").write_text(result)
            with (Path(folder) / "submissions").open("a") as log:
                log.write(json.dumps(entry) + "\n")
            return ShelfJob(folder, name)

    return ShelfSampler
