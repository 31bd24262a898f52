import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DescribedResource } from '@terrace/loader'
import type { Architecture } from '@terrace/model'

/** What a running system was made of, as the next `terrace up` is compared with. */
export interface Deployed {
  readonly resources: readonly DescribedResource[]
  /** Of every stack: they may change without a resource. */
  readonly outputs: readonly { readonly stack: string; readonly outputs: Architecture['stacks'][number]['outputs'] }[]
  /** Given by the user; they hold until others are given, as with `cdk deploy`. */
  readonly parameters: Readonly<Record<string, string>>
  /** What stands for 443. */
  readonly port: number
}

const fileOf = (stateFolder: string) => join(stateFolder, 'deployed.json')

/** Nothing when it was never started, or by an earlier version. */
export function readDeployed(stateFolder: string): Deployed | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(stateFolder), 'utf8')) as Deployed
  } catch {
    return undefined
  }
}

/** Readable by its owner alone: it holds the values of parameters that are not shown. */
export function writeDeployed(stateFolder: string, deployed: Deployed): void {
  const file = fileOf(stateFolder)
  writeFileSync(`${file}.new`, JSON.stringify(deployed), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** What is kept of a load. */
export const outputsOf = ({ stacks }: Architecture): Deployed['outputs'] =>
  stacks.map(({ name, outputs }) => ({ stack: name, outputs }))
