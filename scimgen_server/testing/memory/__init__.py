"""A store in memory: an example of a store without SQL, and a fast one for tests."""

from .store import MemoryStore as MemoryStore
from .tables import Changes as Changes
from .tables import Data as Data
from .tables import apply_changes as apply_changes
