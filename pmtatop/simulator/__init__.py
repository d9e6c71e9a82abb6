"""A PMTA that never was: pages, accounting files and a log from a seeded world."""

from pmtatop.simulator.scenarios import SCENARIOS, Scenario
from pmtatop.simulator.simulation import SimulationOptions, Simulator

__all__ = ["SCENARIOS", "Scenario", "SimulationOptions", "Simulator"]
