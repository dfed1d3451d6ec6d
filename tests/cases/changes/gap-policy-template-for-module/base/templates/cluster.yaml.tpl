metadata:
  name: ${name}
