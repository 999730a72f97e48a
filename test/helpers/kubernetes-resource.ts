/** The kinds of resources in deploy/kubernetes/: what they may hold is what these types know. */

import type { StatefulSet } from "kubernetes-types/apps/v1";
import type { Namespace, Service } from "kubernetes-types/core/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";

export type KubernetesResource = Namespace | NetworkPolicy | Service | StatefulSet;
