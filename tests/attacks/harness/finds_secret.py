# attack: look for the secret number in its own container
# expect: wrong-answer
# defends: test data, answers and seeds are not there to be read
# shape: interactive
import os

for folder, _, names in os.walk("/"):
    if folder.startswith(("/proc", "/sys", "/usr", "/dev")):
        continue
    for name in names:
        try:
            with open(os.path.join(folder, name)) as file:
                text = file.read(10).strip()
        except (OSError, ValueError):
            continue
        if text.isdigit() and name in ("input", "in", "1.in"):
            print(text, flush=True)
print(5000, flush=True)
