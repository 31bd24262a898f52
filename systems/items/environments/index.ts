import { dev } from './dev.ts'
import type { Environment, EnvironmentName } from './environment.ts'
import { prod } from './prod.ts'

/** Each environment by its name. */
export const environments: Readonly<Record<EnvironmentName, Environment>> = { dev, prod }
