import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  Cmd,
  type Dockerfile,
  DockerfileParser,
  Entrypoint,
  Env,
  From,
  type Instruction,
  type JSONInstruction,
  Label,
  type PropertyInstruction,
} from 'dockerfile-ast'
import { loadError } from '../errors.ts'
import type { DirectoryImage } from './asset-index.ts'

/** How an image is built. */
export interface DockerBuild {
  /** Name of the Dockerfile in the context. */
  readonly file: string
  /** Stage to stop at; the last one when absent. */
  readonly target?: string
  readonly arguments: Readonly<Record<string, string>>
}

/**
 * Reads what a Dockerfile says about running its image: command, environment, exposed port, labels. Stages that build
 * on a stage of the same file take over what that one says; images from elsewhere are not looked into.
 *
 * @param directory  absolute path of the build context
 * @throws TerraceError LOAD_BAD_ASSEMBLY when there is none
 */
export async function readDockerfile(directory: string, build: DockerBuild): Promise<DirectoryImage> {
  const path = join(directory, build.file)
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw loadError('LOAD_BAD_ASSEMBLY', 'the image has no Dockerfile', { file: path }, undefined, cause)
  })
  return { kind: 'directory', directory, ...runSettings(content, build) }
}

type RunSettings = Omit<DirectoryImage, 'kind' | 'directory'>

/** The same for text that is already in memory. */
export function runSettings(content: string, build: DockerBuild): RunSettings {
  const settings = new Settings(build.arguments)
  for (const instruction of stageInstructions(DockerfileParser.parse(content), build.target)) {
    settings.take(instruction)
  }
  return settings.result()
}

/** The instructions of a stage, those of the stages that it builds on first. */
function stageInstructions(dockerfile: Dockerfile, target: string | undefined): readonly Instruction[] {
  const stages: { from: From; instructions: Instruction[] }[] = []
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction instanceof From) stages.push({ from: instruction, instructions: [] })
    else stages.at(-1)?.instructions.push(instruction)
  }
  const chain = (index: number): readonly Instruction[] => {
    const stage = stages[index]
    if (!stage) return []
    const base = stage.from.getImage()
    const earlier = stages.findIndex(({ from }, at) => at < index && from.getBuildStage() === base)
    return [...(earlier < 0 ? [] : chain(earlier)), ...stage.instructions]
  }
  const named = target === undefined ? -1 : stages.findIndex(({ from }) => from.getBuildStage() === target)
  return chain(named < 0 ? stages.length - 1 : named)
}

class Settings {
  readonly #arguments: Record<string, string>
  readonly #environment: Record<string, string> = {}
  readonly #labels: Record<string, string> = {}
  #entrypoint: readonly string[] = []
  #command: readonly string[] = []
  #port: number | undefined

  constructor(buildArguments: Readonly<Record<string, string>>) {
    this.#arguments = { ...buildArguments }
  }

  take(instruction: Instruction): void {
    if (instruction instanceof Entrypoint) {
      // A new entry point drops the command that was set for the old one.
      this.#entrypoint = commandOf(instruction)
      this.#command = []
    } else if (instruction instanceof Cmd) this.#command = commandOf(instruction)
    else if (instruction instanceof Env) this.#properties(instruction, this.#environment)
    else if (instruction instanceof Label) this.#properties(instruction, this.#labels)
    else if (instruction.getKeyword() === 'ARG') this.#argument(instruction.getArgumentsContent() ?? '')
    else if (instruction.getKeyword() === 'EXPOSE') this.#expose(instruction.getArgumentsContent() ?? '')
  }

  result(): RunSettings {
    return {
      command: [...this.#entrypoint, ...this.#command],
      environment: this.#environment,
      labels: this.#labels,
      ...(this.#port === undefined ? {} : { exposedPort: this.#port }),
    }
  }

  #properties(instruction: PropertyInstruction, into: Record<string, string>): void {
    for (const property of instruction.getProperties()) {
      into[property.getName()] = this.#filled(property.getValue() ?? '')
    }
  }

  #argument(content: string): void {
    const [, name, value] = /^(\w+)(?:=(.*))?$/s.exec(content.trim()) ?? []
    if (name === undefined || Object.hasOwn(this.#arguments, name) || value === undefined) return
    this.#arguments[name] = this.#filled(value.replace(/^(["'])(.*)\1$/s, '$2'))
  }

  #expose(content: string): void {
    const [first = ''] = this.#filled(content.trim()).split(/[\s/]/)
    if (/^\d+$/.test(first)) this.#port ??= Number(first)
  }

  #filled(text: string): string {
    const variables = { ...this.#arguments, ...this.#environment }
    return text.replace(/(?<!\\)\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g, (_, braced, fallback, plain) => {
      const name = braced ?? plain
      return Object.hasOwn(variables, name) ? (variables[name] ?? '') : (fallback ?? '')
    })
  }
}

// The JSON form is taken word by word; the other one is a line for the shell.
function commandOf(instruction: JSONInstruction): readonly string[] {
  const content = instruction.getArgumentsContent()?.trim() ?? ''
  if (content === '') return []
  if (!instruction.getOpeningBracket()) return ['/bin/sh', '-c', content]
  return instruction.getJSONStrings().map(item => item.getJSONValue())
}
