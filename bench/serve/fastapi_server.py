#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rival: XGBoost behind FastAPI and uvicorn, as serving containers have it. usage: MODEL PORT"""
import sys

import numpy as np
import uvicorn
import xgboost as xgb
from fastapi import FastAPI, Request, Response
import json

booster = xgb.Booster({"nthread": 1})
booster.load_model(sys.argv[1])
app = FastAPI()


@app.get("/health")
async def health():
    return {}


@app.post("/predict")
async def predict(request: Request):
    body = json.loads(await request.body())
    rows = np.array(body["instances"], dtype=np.float32)
    return Response(json.dumps({"predictions": booster.inplace_predict(rows).tolist()}),
                    media_type="application/json")


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False)
