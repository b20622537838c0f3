import argparse
p = argparse.ArgumentParser()
p.add_argument("--x", default="1")
os.environ["A"]
@app.get("/a/{b}")
def f(): pass
