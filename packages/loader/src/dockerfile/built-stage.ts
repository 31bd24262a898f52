import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { type ContainerHealthCheck, type ImageCopy, pathsBehind } from '@terrace/model'
import { Cmd, Entrypoint, Env, type Instruction, Label, type PropertyInstruction } from 'dockerfile-ast'
import { type BaseImage, UNKNOWN_IMAGE } from './base-image.ts'
import { type CopySource, copyStep } from './copy-step.ts'
import { healthCheckOf } from './health-check.ts'
import { commandOf, contentOf, flagsOf, lineOf, wordsOf } from './instructions.ts'
import { unmadeBy } from './run-step.ts'
import { declared } from './stages.ts'
import { filled, type Variables } from './variables.ts'

/** What a stage depends on. */
export interface StageSurroundings {
  readonly buildArguments: Variables
  readonly globals: Variables
  /** The build context, or for `COPY --from` what that name or number stands for. */
  readonly source: (from: string | undefined) => CopySource | undefined
}

/** A stage after its instructions, as far as they can be followed without running anything. */
export class BuiltStage {
  readonly obstacles: string[] = []
  readonly copies: ImageCopy[] = []
  readonly environment: Record<string, string> = {}
  readonly labels: Record<string, string> = {}
  workingDirectory: string
  entryPoint: readonly string[]
  command: readonly string[]
  exposedPort: number | undefined
  stopSignal: string | undefined
  user: string | undefined
  healthCheck: ContainerHealthCheck | undefined
  #shell: readonly string[] = ['/bin/sh', '-c']
  readonly #arguments: Record<string, string> = {}
  readonly #around: StageSurroundings

  /** @param base  an earlier stage that it goes on from, or what is known of its image */
  constructor(base: BuiltStage | BaseImage | undefined, around: StageSurroundings) {
    const start = base ?? UNKNOWN_IMAGE
    this.#around = around
    this.workingDirectory = start.workingDirectory
    this.entryPoint = start.entryPoint
    this.command = start.command
    this.exposedPort = start.exposedPort
    this.stopSignal = start.stopSignal
    if (!(start instanceof BuiltStage)) return
    this.obstacles.push(...start.obstacles)
    this.copies.push(...start.copies)
    Object.assign(this.environment, start.environment)
    Object.assign(this.labels, start.labels)
    this.user = start.user
    this.healthCheck = start.healthCheck
    this.#shell = start.#shell
  }

  take(instruction: Instruction): void {
    const keyword = instruction.getKeyword()
    if (instruction instanceof Entrypoint) {
      // A new entry point drops the command that was set for the old one.
      this.entryPoint = commandOf(instruction, this.#shell)
      this.command = []
    } else if (instruction instanceof Cmd) this.command = commandOf(instruction, this.#shell)
    else if (instruction instanceof Env) this.#properties(instruction, this.environment)
    else if (instruction instanceof Label) this.#properties(instruction, this.labels)
    else if (keyword === 'ARG') this.#declare(instruction)
    else if (keyword === 'EXPOSE') this.#expose(instruction)
    else if (keyword === 'WORKDIR') this.workingDirectory = this.#inImage(this.#fill(contentOf(instruction)))
    else if (keyword === 'USER') this.user = this.#fill(contentOf(instruction))
    else if (keyword === 'STOPSIGNAL') this.stopSignal = this.#fill(contentOf(instruction))
    else if (keyword === 'SHELL') this.#shell = wordsOf(contentOf(instruction)) ?? this.#shell
    else if (keyword === 'HEALTHCHECK') this.healthCheck = healthCheckOf(instruction)
    else if (keyword === 'RUN') this.#run(instruction)
    else if (keyword === 'COPY' || keyword === 'ADD') this.#copy(instruction)
  }

  /** The file or directory here that stands for a path of the stage. */
  find(path: string): string | undefined {
    return pathsBehind(this.copies, posix.resolve('/', path)).find(file => existsSync(file))
  }

  obstacle(instruction: Instruction, because: string): void {
    const text = `line ${lineOf(instruction)}: ${instruction.getKeyword()} ${shorten(contentOf(instruction))}: ${because}`
    if (!this.obstacles.includes(text)) this.obstacles.push(text)
  }

  #properties(instruction: PropertyInstruction, into: Record<string, string>): void {
    for (const property of instruction.getProperties()) {
      into[property.getName()] = this.#fill(property.getValue() ?? '')
    }
  }

  #declare(instruction: Instruction): void {
    const { buildArguments, globals } = this.#around
    Object.assign(this.#arguments, declared(instruction, buildArguments, this.#variables(), globals))
  }

  #expose(instruction: Instruction): void {
    const [first = ''] = this.#fill(contentOf(instruction)).split(/[\s/]/)
    if (/^\d+$/.test(first)) this.exposedPort = Number(first)
  }

  #run(instruction: Instruction): void {
    const content = contentOf(instruction)
    const script = wordsOf(content)?.join(' ') ?? content.replace(/^<<-?["']?(\w+)["']?\n([\s\S]*)\n\1$/, '$2')
    const unmade = unmadeBy(script)
    if (unmade.length === 0) return
    this.obstacle(instruction, `steps of a build are not run here (${unmade.map(shorten).join('; ')})`)
  }

  #copy(instruction: Instruction): void {
    const from = flagsOf(instruction).get('from')
    const source = this.#around.source(from === undefined ? undefined : this.#fill(from))
    if (!source) return this.obstacle(instruction, `the image ${from} is not here`)
    const { copies, obstacles } = copyStep(instruction, this.workingDirectory, source, text => this.#fill(text))
    this.copies.push(...copies)
    for (const obstacle of obstacles) this.obstacle(instruction, obstacle)
  }

  #inImage(path: string): string {
    return posix.resolve(this.workingDirectory, path)
  }

  #variables(): Variables {
    return { ...this.#arguments, ...this.environment }
  }

  #fill(text: string): string {
    return filled(text, this.#variables())
  }
}

const shorten = (text: string) => {
  const [first = ''] = text.split('\n')
  return first.length > 60 || first !== text ? `${first.slice(0, 59)}…` : first
}
