/** The kinds of resources in deploy/kubernetes/ and deploy/kubernetes-fleet/: what they may hold is what these types know. */

import type { Deployment, StatefulSet } from "kubernetes-types/apps/v1";
import type { Namespace, Service } from "kubernetes-types/core/v1";
import type { NetworkPolicy } from "kubernetes-types/networking/v1";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1";

export type KubernetesResource =
  | Deployment
  | Namespace
  | NetworkPolicy
  | PodDisruptionBudget
  | Service
  | StatefulSet;
