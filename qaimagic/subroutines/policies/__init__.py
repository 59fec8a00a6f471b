"""Policies whose actions are measurements, learnt by REINFORCE beside classical ones."""
