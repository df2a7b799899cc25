"""Instances: the process engine's state and everything that it waits for, stored together."""

from engine.instances.compiled_models import CompiledModels, CompiledModelsCache
from engine.instances.moving import Moving
from engine.instances.running import Instances, StepContext

__all__ = ["CompiledModels", "CompiledModelsCache", "Instances", "Moving", "StepContext"]
