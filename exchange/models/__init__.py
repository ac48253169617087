from exchange.models.events import Delivery, Endpoint, Event, EventUnit, Feed, Seen
from exchange.models.keys import Ability, ApiKey, Replay

__all__ = [
    "Ability",
    "ApiKey",
    "Delivery",
    "Endpoint",
    "Event",
    "EventUnit",
    "Feed",
    "Replay",
    "Seen",
]
