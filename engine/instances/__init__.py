"""Where the process engine and the database meet: instances with all that they wait for, stored as one."""

from engine.instances.deployed import Contents, Deployed, DeployedModels
from engine.instances.moving import Moving
from engine.instances.running import Instances, StepContext

__all__ = ["Contents", "Deployed", "DeployedModels", "Instances", "Moving", "StepContext"]
