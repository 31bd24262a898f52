import type { Cloud } from '@terrace/cloud'
import type { Context } from '../context.ts'
import { sourceOf } from '../synth/source.ts'
import type { Target } from '../target/target.ts'
import type { SystemPorts } from './choose-ports.ts'
import { describeGaps, describeNotEmulated } from './describe-gaps.ts'
import { localParameters } from './local-parameters.ts'
import { Progress } from './progress.ts'
import type { UpOptions } from './up-options.ts'

/** Where the names end that AWS would give to balancers and distributions. */
const PUBLIC_NAMES = { loadBalancer: 'elb.localhost', distribution: 'cloudfront.localhost' }

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
  const architecture = await progress.step('model', async () => {
    const { load } = await import('@terrace/loader')
    return load(source, {
      name: target.name,
      parameters: localParameters(source, target.name, ports.public, options.parameters),
      publicNames: PUBLIC_NAMES,
    })
  })

  const { startCloud, notEmulatedIn } = await cloudLoaded
  const unknown = describeGaps(architecture.gaps, context.cwd)
  const idle = describeNotEmulated(notEmulatedIn(architecture))
  for (const line of [...unknown, ...idle]) context.note(context.colors.yellow(line))

  return startCloud({
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
}
