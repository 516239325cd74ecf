"""What is kept from readers so that nothing is told of a few persons."""
