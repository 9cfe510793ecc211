# attack: print the secret input, in the hope of a comparison that shows it
# expect: wrong-answer
# defends: what a candidate is shown of a secret test does not depend on its input
# shape: secret
print("secret:", input())
