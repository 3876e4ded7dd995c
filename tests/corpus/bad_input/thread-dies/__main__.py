import threading

import pulumi


def declare():
    pulumi.CustomResource("azure-native:resources:ResourceGroup", "plant", {})
    raise RuntimeError("the plant burned down")


worker = threading.Thread(target=declare)
worker.start()
worker.join()
