import threading

import pulumi


def read_sensor():
    raise RuntimeError("the plant burned down")


pulumi.CustomResource("azure-native:resources:ResourceGroup", "plant", {})
reader = threading.Thread(target=read_sensor)
reader.start()
reader.join()
