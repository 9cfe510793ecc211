# attack: answer right, after sleeping as long as the secret input says
# expect: accepted
# defends: what a candidate is shown of a secret test does not depend on its input
# shape: secret
import time

a, b = map(int, input().split())
time.sleep((a & 15) / 20)
print(a + b)
