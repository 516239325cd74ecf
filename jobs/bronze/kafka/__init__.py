"""Landing of Kafka topics."""
