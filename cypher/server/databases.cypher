// Which databases the server holds, whether each is online, and why not.
// returns: name: str, currentStatus: str, statusMessage: str
SHOW DATABASES YIELD name, currentStatus, statusMessage
RETURN name, currentStatus, statusMessage
