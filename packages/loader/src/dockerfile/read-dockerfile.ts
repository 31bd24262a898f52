import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DockerfileParser } from 'dockerfile-ast'
import type { DirectoryImage } from '../assembly/asset-index.ts'
import { defined } from '../defined.ts'
import { loadError } from '../errors.ts'
import { baseImageOf } from './base-image.ts'
import { BuiltStage, type StageSurroundings } from './built-stage.ts'
import { type CopySource, inContext } from './copy-step.ts'
import { runDirectoryOf } from './run-directory.ts'
import { type Stages, stageNamed, stagesOf } from './stages.ts'
import type { Variables } from './variables.ts'

/** How an image is built. */
export interface DockerBuild {
  /** Name of the Dockerfile in the context. */
  readonly file: string
  /** Stage to stop at; the last one when absent. */
  readonly target?: string
  readonly arguments: Variables
}

/**
 * Reads what a Dockerfile says about running its image, and follows its copies back to the build context. Nothing is
 * built: what only a build would make is named in `obstacles`.
 *
 * @param directory  absolute path of the build context
 * @throws TerraceError LOAD_BAD_ASSEMBLY when there is no Dockerfile, or no stage of the name
 */
export async function readDockerfile(directory: string, build: DockerBuild): Promise<DirectoryImage> {
  const path = join(directory, build.file)
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw loadError('LOAD_BAD_ASSEMBLY', 'the image has no Dockerfile', { file: path }, undefined, cause)
  })
  return imageOf(content, directory, build)
}

/** The same for text that is already in memory. */
export function imageOf(content: string, directory: string, build: DockerBuild): DirectoryImage {
  const stages = stagesOf(DockerfileParser.parse(content), build.arguments)
  const wanted = build.target === undefined ? stages.all.length - 1 : stageIndex(stages, build.target)
  const last = stages.all[wanted]
  if (!last) {
    const what = build.target === undefined ? 'it has no FROM' : `it has no stage "${build.target}"`
    throw loadError('LOAD_BAD_ASSEMBLY', `the Dockerfile says nothing to build: ${what}`, {
      file: join(directory, build.file),
    })
  }
  const stage = new Builder(stages, directory, build.arguments).built(wanted)
  const { directory: runDirectory, isSplit } = runDirectoryOf(stage.copies, stage.workingDirectory)
  if (isSplit) {
    stage.obstacles.push(`the working directory ${stage.workingDirectory} is put together from several directories`)
  }
  return {
    kind: 'directory',
    directory,
    from: imageBehind(stages, wanted),
    command: [...stage.entryPoint, ...stage.command],
    entryPoint: stage.entryPoint,
    environment: stage.environment,
    labels: stage.labels,
    workingDirectory: stage.workingDirectory,
    runDirectory: runDirectory ?? directory,
    copies: stage.copies,
    obstacles: stage.obstacles.map(obstacle => `${build.file}, ${obstacle}`),
    ...defined({
      exposedPort: stage.exposedPort,
      user: stage.user,
      stopSignal: stage.stopSignal,
      healthCheck: stage.healthCheck,
    }),
  }
}

/** Follows stages, each once. */
class Builder {
  readonly #stages: Stages
  readonly #directory: string
  readonly #arguments: Variables
  readonly #built = new Map<number, BuiltStage>()

  constructor(stages: Stages, directory: string, buildArguments: Variables) {
    this.#stages = stages
    this.#directory = directory
    this.#arguments = buildArguments
  }

  built(index: number): BuiltStage {
    const earlier = this.#built.get(index)
    if (earlier) return earlier
    const stage = this.#make(index)
    this.#built.set(index, stage)
    return stage
  }

  #make(index: number): BuiltStage {
    const { all, globals } = this.#stages
    const written = all[index]
    if (!written) throw new RangeError(`no stage ${index}`)
    const own: { stage?: BuiltStage } = {}
    const around: StageSurroundings = {
      buildArguments: this.#arguments,
      globals,
      source: from => (from === undefined ? this.#context() : this.#stageSource(from, index, own)),
    }
    const base = stageNamed(all, written.base, index)
    const known = baseImageOf(written.base)
    const stage = new BuiltStage(base < 0 ? known : this.built(base), around)
    own.stage = stage
    if (base < 0 && !known) {
      stage.obstacle(written.from, 'only images that start from node, nginx or scratch can run here')
    }
    for (const instruction of written.instructions) stage.take(instruction)
    return stage
  }

  #context(): CopySource {
    return {
      find: path => inContext(this.#directory, path),
      name: 'the build context',
      mayLackModules: false,
    }
  }

  /** What a stage lacks that is copied from another one becomes an obstacle of the one that copies. */
  #stageSource(from: string, before: number, own: { readonly stage?: BuiltStage }): CopySource | undefined {
    const byName = stageNamed(this.#stages.all, from, before)
    const index = byName < 0 && /^\d+$/.test(from) && Number(from) < before ? Number(from) : byName
    if (index < 0) return undefined
    const stage = this.built(index)
    for (const obstacle of stage.obstacles) {
      if (!own.stage?.obstacles.includes(obstacle)) own.stage?.obstacles.push(obstacle)
    }
    return {
      find: path => [stage.find(path)].filter(file => file !== undefined),
      name: `what is known of the stage ${from}`,
      mayLackModules: true,
    }
  }
}

const stageIndex = ({ all }: Stages, target: string): number => {
  const named = stageNamed(all, target, all.length)
  return named < 0 && /^\d+$/.test(target) ? Number(target) : named
}

/** The image that a stage starts from in the end, through the stages that it builds on. */
function imageBehind({ all }: Stages, index: number): string {
  const base = all[index]?.base ?? ''
  const earlier = stageNamed(all, base, index)
  return earlier < 0 ? base : imageBehind({ all, globals: {} }, earlier)
}
