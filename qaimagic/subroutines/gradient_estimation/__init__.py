"""What gradients cost: estimators side by side, and a network's gradient by them."""
