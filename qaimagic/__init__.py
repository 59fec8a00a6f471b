"""A hybrid quantum-AI stack that lives in a notebook: ``%load_ext qaimagic``.

Importing this package imports neither torch nor PennyLane; the first use of a name does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from qaimagic import devices, distributions, gradients, polynomials, problems, teaching
    from qaimagic.explore.circuit import CircuitExplorer
    from qaimagic.explore.draw import draw
    from qaimagic.explore.landscape.landscape import landscape
    from qaimagic.explore.landscape.path import WeightPath
    from qaimagic.explore.landscape.result import Landscape
    from qaimagic.explore.samples import samples
    from qaimagic.explore.state import state
    from qaimagic.layers.accelerate import accelerate
    from qaimagic.layers.attention.attention import QuantumAttention
    from qaimagic.layers.boltzmann.machine import BoltzmannMachine
    from qaimagic.layers.declare import quantum
    from qaimagic.layers.from_circuit import from_circuit
    from qaimagic.layers.hybrid import HybridLayer
    from qaimagic.layers.quantum_boltzmann.machine import QuantumBoltzmannMachine
    from qaimagic.subroutines.amplitude_amplification.amplification import amplitude_amplification
    from qaimagic.subroutines.amplitude_amplification.result import AmplifiedResult
    from qaimagic.subroutines.amplitude_estimation.amplitude_estimation import amplitude_estimation
    from qaimagic.subroutines.amplitude_estimation.expected_value import expected_value
    from qaimagic.subroutines.amplitude_estimation.result import AmplitudeResult
    from qaimagic.subroutines.amplitude_estimation.scaling import amplitude_scaling
    from qaimagic.subroutines.amplitude_estimation.scaling_result import AmplitudeScaling
    from qaimagic.subroutines.anneal.anneal import anneal
    from qaimagic.subroutines.barren_plateaus.barren_plateaus import barren_plateaus
    from qaimagic.subroutines.barren_plateaus.result import PlateauResult
    from qaimagic.subroutines.binary_network.compare import compare_solvers
    from qaimagic.subroutines.binary_network.network import BinaryNetwork
    from qaimagic.subroutines.block_encodings.block_encode import block_encode
    from qaimagic.subroutines.block_encodings.compare import compare_encodings
    from qaimagic.subroutines.block_encodings.comparison import EncodingComparison
    from qaimagic.subroutines.block_encodings.encoding import BlockEncoding
    from qaimagic.subroutines.boltzmann_sampling.compare import compare_samplers
    from qaimagic.subroutines.boltzmann_sampling.sample import sample_boltzmann
    from qaimagic.subroutines.energies.variables import bits, spins
    from qaimagic.subroutines.generative.born.machine import BornMachine
    from qaimagic.subroutines.generative.compare import compare_generators
    from qaimagic.subroutines.generative.diffusion.diffusion import QuantumDiffusion
    from qaimagic.subroutines.generative.gan.gan import QuantumGAN
    from qaimagic.subroutines.generative.result import GeneratorComparison
    from qaimagic.subroutines.gradient_estimation.compare_estimators import compare_estimators
    from qaimagic.subroutines.gradient_estimation.comparison import EstimatorComparison
    from qaimagic.subroutines.gradient_estimation.cost_result import GradientCosts
    from qaimagic.subroutines.gradient_estimation.gradient_costs import gradient_costs
    from qaimagic.subroutines.gradient_estimation.network_gradient import network_gradient
    from qaimagic.subroutines.gradient_estimation.network_result import NetworkGradient
    from qaimagic.subroutines.hamiltonian_simulation.hamiltonian_simulation import (
        hamiltonian_simulation,
    )
    from qaimagic.subroutines.hamiltonian_simulation.result import SimulationResult
    from qaimagic.subroutines.hamiltonian_simulation.scaling import simulation_scaling
    from qaimagic.subroutines.hamiltonian_simulation.scaling_result import SimulationScaling
    from qaimagic.subroutines.linear_systems.compare import compare_linear_solvers
    from qaimagic.subroutines.linear_systems.comparison import SolverComparison
    from qaimagic.subroutines.linear_systems.hhl import hhl
    from qaimagic.subroutines.linear_systems.qsvt_solve import qsvt_solve
    from qaimagic.subroutines.linear_systems.result import LinearSolution
    from qaimagic.subroutines.linear_systems.vqls import vqls
    from qaimagic.subroutines.matrix_products.costs_result import ProductCosts
    from qaimagic.subroutines.matrix_products.inner_product import inner_product
    from qaimagic.subroutines.matrix_products.inner_result import InnerProductResult
    from qaimagic.subroutines.matrix_products.matrix_product import matrix_product
    from qaimagic.subroutines.matrix_products.matrix_result import MatrixProductResult
    from qaimagic.subroutines.matrix_products.product_costs import product_costs
    from qaimagic.subroutines.mcmc.mcmc import mcmc
    from qaimagic.subroutines.mcmc.result import MarkovChain
    from qaimagic.subroutines.phase_estimation.phase_estimation import phase_estimation
    from qaimagic.subroutines.phase_estimation.result import PhaseResult
    from qaimagic.subroutines.policies.circuit_policy import CircuitPolicy
    from qaimagic.subroutines.policies.reinforce import reinforce
    from qaimagic.subroutines.policies.result import PolicyResult
    from qaimagic.subroutines.qaoa.qaoa import qaoa
    from qaimagic.subroutines.qaoa.result import QAOAResult
    from qaimagic.subroutines.qsvt.qsvt import qsvt
    from qaimagic.subroutines.qsvt.result import QSVTResult
    from qaimagic.subroutines.quantum_gradient.quantum_gradient import quantum_gradient
    from qaimagic.subroutines.quantum_gradient.result import QuantumGradientResult
    from qaimagic.subroutines.quantum_gradient.scaling import quantum_gradient_scaling
    from qaimagic.subroutines.quantum_gradient.scaling_result import QuantumGradientScaling
    from qaimagic.subroutines.vqe.adapt import adapt_vqe
    from qaimagic.subroutines.vqe.vqe import vqe
    from qaimagic.training.compare import compare
    from qaimagic.training.comparison.result import Comparison
    from qaimagic.training.forecast import forecast
    from qaimagic.training.live import live
    from qaimagic.training.minimize import minimize
    from qaimagic.training.optimizers.qng import QNG
    from qaimagic.training.optimizers.qnspsa import QNSPSA
    from qaimagic.training.optimizers.rotosolve import Rotosolve
    from qaimagic.training.optimizers.spsa import SPSA
    from qaimagic.training.run import TrainingRun
    from qaimagic.training.train import train

__version__ = "0.1.0.dev0"

_HOME = {
    "AmplifiedResult": "qaimagic.subroutines.amplitude_amplification.result",
    "AmplitudeResult": "qaimagic.subroutines.amplitude_estimation.result",
    "AmplitudeScaling": "qaimagic.subroutines.amplitude_estimation.scaling_result",
    "BinaryNetwork": "qaimagic.subroutines.binary_network.network",
    "BlockEncoding": "qaimagic.subroutines.block_encodings.encoding",
    "BoltzmannMachine": "qaimagic.layers.boltzmann.machine",
    "BornMachine": "qaimagic.subroutines.generative.born.machine",
    "CircuitExplorer": "qaimagic.explore.circuit",
    "CircuitPolicy": "qaimagic.subroutines.policies.circuit_policy",
    "Comparison": "qaimagic.training.comparison.result",
    "EncodingComparison": "qaimagic.subroutines.block_encodings.comparison",
    "EstimatorComparison": "qaimagic.subroutines.gradient_estimation.comparison",
    "GeneratorComparison": "qaimagic.subroutines.generative.result",
    "GradientCosts": "qaimagic.subroutines.gradient_estimation.cost_result",
    "HybridLayer": "qaimagic.layers.hybrid",
    "InnerProductResult": "qaimagic.subroutines.matrix_products.inner_result",
    "Landscape": "qaimagic.explore.landscape.result",
    "LinearSolution": "qaimagic.subroutines.linear_systems.result",
    "MarkovChain": "qaimagic.subroutines.mcmc.result",
    "MatrixProductResult": "qaimagic.subroutines.matrix_products.matrix_result",
    "NetworkGradient": "qaimagic.subroutines.gradient_estimation.network_result",
    "PhaseResult": "qaimagic.subroutines.phase_estimation.result",
    "PlateauResult": "qaimagic.subroutines.barren_plateaus.result",
    "PolicyResult": "qaimagic.subroutines.policies.result",
    "ProductCosts": "qaimagic.subroutines.matrix_products.costs_result",
    "QAOAResult": "qaimagic.subroutines.qaoa.result",
    "QNG": "qaimagic.training.optimizers.qng",
    "QNSPSA": "qaimagic.training.optimizers.qnspsa",
    "QSVTResult": "qaimagic.subroutines.qsvt.result",
    "QuantumAttention": "qaimagic.layers.attention.attention",
    "QuantumBoltzmannMachine": "qaimagic.layers.quantum_boltzmann.machine",
    "QuantumDiffusion": "qaimagic.subroutines.generative.diffusion.diffusion",
    "QuantumGAN": "qaimagic.subroutines.generative.gan.gan",
    "QuantumGradientResult": "qaimagic.subroutines.quantum_gradient.result",
    "QuantumGradientScaling": "qaimagic.subroutines.quantum_gradient.scaling_result",
    "Rotosolve": "qaimagic.training.optimizers.rotosolve",
    "SPSA": "qaimagic.training.optimizers.spsa",
    "SimulationResult": "qaimagic.subroutines.hamiltonian_simulation.result",
    "SimulationScaling": "qaimagic.subroutines.hamiltonian_simulation.scaling_result",
    "SolverComparison": "qaimagic.subroutines.linear_systems.comparison",
    "TrainingRun": "qaimagic.training.run",
    "WeightPath": "qaimagic.explore.landscape.path",
    "accelerate": "qaimagic.layers.accelerate",
    "adapt_vqe": "qaimagic.subroutines.vqe.adapt",
    "amplitude_amplification": "qaimagic.subroutines.amplitude_amplification.amplification",
    "amplitude_estimation": "qaimagic.subroutines.amplitude_estimation.amplitude_estimation",
    "amplitude_scaling": "qaimagic.subroutines.amplitude_estimation.scaling",
    "anneal": "qaimagic.subroutines.anneal.anneal",
    "barren_plateaus": "qaimagic.subroutines.barren_plateaus.barren_plateaus",
    "bits": "qaimagic.subroutines.energies.variables",
    "block_encode": "qaimagic.subroutines.block_encodings.block_encode",
    "compare": "qaimagic.training.compare",
    "compare_encodings": "qaimagic.subroutines.block_encodings.compare",
    "compare_estimators": "qaimagic.subroutines.gradient_estimation.compare_estimators",
    "compare_generators": "qaimagic.subroutines.generative.compare",
    "compare_linear_solvers": "qaimagic.subroutines.linear_systems.compare",
    "compare_samplers": "qaimagic.subroutines.boltzmann_sampling.compare",
    "compare_solvers": "qaimagic.subroutines.binary_network.compare",
    "devices": "qaimagic",
    "distributions": "qaimagic",
    "draw": "qaimagic.explore.draw",
    "expected_value": "qaimagic.subroutines.amplitude_estimation.expected_value",
    "forecast": "qaimagic.training.forecast",
    "from_circuit": "qaimagic.layers.from_circuit",
    "gradient_costs": "qaimagic.subroutines.gradient_estimation.gradient_costs",
    "gradients": "qaimagic",
    "hamiltonian_simulation": "qaimagic.subroutines.hamiltonian_simulation.hamiltonian_simulation",
    "hhl": "qaimagic.subroutines.linear_systems.hhl",
    "inner_product": "qaimagic.subroutines.matrix_products.inner_product",
    "landscape": "qaimagic.explore.landscape.landscape",
    "live": "qaimagic.training.live",
    "matrix_product": "qaimagic.subroutines.matrix_products.matrix_product",
    "mcmc": "qaimagic.subroutines.mcmc.mcmc",
    "minimize": "qaimagic.training.minimize",
    "network_gradient": "qaimagic.subroutines.gradient_estimation.network_gradient",
    "phase_estimation": "qaimagic.subroutines.phase_estimation.phase_estimation",
    "polynomials": "qaimagic",
    "problems": "qaimagic",
    "product_costs": "qaimagic.subroutines.matrix_products.product_costs",
    "qaoa": "qaimagic.subroutines.qaoa.qaoa",
    "qsvt": "qaimagic.subroutines.qsvt.qsvt",
    "qsvt_solve": "qaimagic.subroutines.linear_systems.qsvt_solve",
    "quantum": "qaimagic.layers.declare",
    "quantum_gradient": "qaimagic.subroutines.quantum_gradient.quantum_gradient",
    "quantum_gradient_scaling": "qaimagic.subroutines.quantum_gradient.scaling",
    "reinforce": "qaimagic.subroutines.policies.reinforce",
    "sample_boltzmann": "qaimagic.subroutines.boltzmann_sampling.sample",
    "samples": "qaimagic.explore.samples",
    "simulation_scaling": "qaimagic.subroutines.hamiltonian_simulation.scaling",
    "spins": "qaimagic.subroutines.energies.variables",
    "state": "qaimagic.explore.state",
    "teaching": "qaimagic",
    "train": "qaimagic.training.train",
    "vqe": "qaimagic.subroutines.vqe.vqe",
    "vqls": "qaimagic.subroutines.linear_systems.vqls",
}

__all__ = [
    "QNG",
    "QNSPSA",
    "SPSA",
    "AmplifiedResult",
    "AmplitudeResult",
    "AmplitudeScaling",
    "BinaryNetwork",
    "BlockEncoding",
    "BoltzmannMachine",
    "BornMachine",
    "CircuitExplorer",
    "CircuitPolicy",
    "Comparison",
    "EncodingComparison",
    "EstimatorComparison",
    "GeneratorComparison",
    "GradientCosts",
    "HybridLayer",
    "InnerProductResult",
    "Landscape",
    "LinearSolution",
    "MarkovChain",
    "MatrixProductResult",
    "NetworkGradient",
    "PhaseResult",
    "PlateauResult",
    "PolicyResult",
    "ProductCosts",
    "QAOAResult",
    "QSVTResult",
    "QuantumAttention",
    "QuantumBoltzmannMachine",
    "QuantumDiffusion",
    "QuantumGAN",
    "QuantumGradientResult",
    "QuantumGradientScaling",
    "Rotosolve",
    "SimulationResult",
    "SimulationScaling",
    "SolverComparison",
    "TrainingRun",
    "WeightPath",
    "__version__",
    "accelerate",
    "adapt_vqe",
    "amplitude_amplification",
    "amplitude_estimation",
    "amplitude_scaling",
    "anneal",
    "barren_plateaus",
    "bits",
    "block_encode",
    "compare",
    "compare_encodings",
    "compare_estimators",
    "compare_generators",
    "compare_linear_solvers",
    "compare_samplers",
    "compare_solvers",
    "devices",
    "distributions",
    "draw",
    "expected_value",
    "forecast",
    "from_circuit",
    "gradient_costs",
    "gradients",
    "hamiltonian_simulation",
    "hhl",
    "inner_product",
    "landscape",
    "live",
    "matrix_product",
    "mcmc",
    "minimize",
    "network_gradient",
    "phase_estimation",
    "polynomials",
    "problems",
    "product_costs",
    "qaoa",
    "qsvt",
    "qsvt_solve",
    "quantum",
    "quantum_gradient",
    "quantum_gradient_scaling",
    "reinforce",
    "sample_boltzmann",
    "samples",
    "simulation_scaling",
    "spins",
    "state",
    "teaching",
    "train",
    "vqe",
    "vqls",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'qaimagic' has no attribute {name!r}")
    home = _HOME[name]
    value = (
        import_module(f"{home}.{name}")
        if home == "qaimagic"
        else getattr(import_module(home), name)
    )
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the magics and their completion: ``%load_ext qaimagic``."""
    from qaimagic.magics import register

    register(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take the magics and their completion away again: ``%unload_ext qaimagic``."""
    from qaimagic.magics import unregister

    unregister(shell)
