"""Rules for text that strangers type, and the lists that it is checked against."""
