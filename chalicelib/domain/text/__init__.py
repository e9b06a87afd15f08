"""Rules for text that strangers type, and the lists it is checked against."""
