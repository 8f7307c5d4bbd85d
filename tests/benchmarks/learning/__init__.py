"""How the weights of the extractor are learnt from pages whose text is known."""
