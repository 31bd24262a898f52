import { BALANCING } from './balancing.ts'
import { COMPUTE } from './compute.ts'
import { CONTAINERS } from './containers.ts'
import { DATA } from './data.ts'
import { EDGE } from './edge.ts'
import type { MissingFeature } from './feature.ts'
import { MESSAGING } from './messaging.ts'
import { NETWORK } from './network.ts'

/** Every feature that is missing; what a service begins to carry out is taken out here. */
export const MISSING_FEATURES: readonly MissingFeature[] = [
  ...NETWORK,
  ...BALANCING,
  ...DATA,
  ...EDGE,
  ...COMPUTE,
  ...CONTAINERS,
  ...MESSAGING,
]
