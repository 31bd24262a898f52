import type { Cloud } from '@terrace/cloud'
import type { Context } from '../context.ts'
import { sourceOf } from '../synth/source.ts'
import type { Target } from '../target/target.ts'
import type { SystemPorts } from './choose-ports.ts'
import { outputsOf, writeDeployed } from './deployed.ts'
import { describeGaps, describeNotEmulated } from './describe-gaps.ts'
import { loadSource } from './load-source.ts'
import { Progress } from './progress.ts'
import type { UpOptions } from './up-options.ts'

/** Target → template → model → running cloud. What will not work is said before anything starts. */
export async function startTarget(
  target: Target,
  options: UpOptions,
  ports: SystemPorts,
  context: Context,
): Promise<Cloud> {
  const progress = new Progress(context, context.clock)
  // The cloud takes a moment to load, and so does a synthesis.
  const cloudLoaded = import('@terrace/cloud')
  const { source } = await progress.step(
    'template',
    () => sourceOf(target, options.context, context),
    ({ cached }) => (target.kind === 'app' && cached ? 'unchanged' : ''),
  )
  const { parameters } = options
  const loaded = await progress.step('model', () => loadSource(source, target.name, ports.public, parameters))
  const { architecture } = loaded

  const { startCloud, notEmulatedIn } = await cloudLoaded
  const unknown = describeGaps(architecture.gaps, context.cwd)
  const idle = describeNotEmulated(notEmulatedIn(architecture))
  for (const line of [...unknown, ...idle]) context.note(context.colors.yellow(line))

  const cloud = await startCloud({
    architecture,
    stateFolder: target.stateFolder,
    ports,
    embedded: options.embedded ? 'forced' : 'allowed',
    clock: context.clock,
    timeScale: options.timeScale,
    pace: options.pace,
    standIns: options.standIns,
    onProgress: progress.report,
  })
  const { resources } = loaded
  writeDeployed(target.stateFolder, { resources, outputs: outputsOf(architecture), parameters, port: ports.public })
  return cloud
}
