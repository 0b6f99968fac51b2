"""The local run: the whole deployment on 127.0.0.1, on a clock that can be moved. Nothing of it is ever deployed."""
