import { Arg, type Dockerfile, From, type Instruction } from 'dockerfile-ast'
import { contentOf } from './instructions.ts'
import { filled, unquoted, type Variables } from './variables.ts'

/** One stage as written. */
export interface Stage {
  readonly from: From
  /** Image or earlier stage, with its arguments filled in. */
  readonly base: string
  readonly name: string | null
  readonly instructions: readonly Instruction[]
}

/** A Dockerfile taken apart. */
export interface Stages {
  readonly all: readonly Stage[]
  /** Arguments before the first stage, which a stage sees when it declares them again. */
  readonly globals: Variables
}

/** @param buildArguments  those that the build is started with */
export function stagesOf(dockerfile: Dockerfile, buildArguments: Variables): Stages {
  const globals: Record<string, string> = {}
  const stages: { from: From; base: string; name: string | null; instructions: Instruction[] }[] = []
  for (const instruction of dockerfile.getInstructions()) {
    const current = stages.at(-1)
    if (instruction instanceof From) {
      const base = filled(instruction.getImage() ?? '', globals)
      stages.push({ from: instruction, base, name: instruction.getBuildStage(), instructions: [] })
    } else if (current) current.instructions.push(instruction)
    else if (instruction instanceof Arg) Object.assign(globals, declared(instruction, buildArguments, globals))
  }
  return { all: stages, globals }
}

/** The argument that an `ARG` declares: what the build gives, else its default; nothing when there is neither. */
export function declared(
  instruction: Instruction,
  buildArguments: Variables,
  variables: Variables,
  globals: Variables = {},
): Variables {
  const words = contentOf(instruction).match(/\w+(?:=(?:"[^"]*"|'[^']*'|\S*))?/g) ?? []
  return Object.fromEntries(
    words.flatMap(word => {
      const [name = '', ...rest] = word.split('=')
      const byDefault = rest.length > 0 ? filled(unquoted(rest.join('=')), variables) : globals[name]
      const value = Object.hasOwn(buildArguments, name) ? buildArguments[name] : byDefault
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

/** The stage with that name, before another; the names of stages know no case. */
export const stageNamed = (stages: readonly Stage[], name: string, before: number): number =>
  stages.findIndex((stage, index) => index < before && stage.name?.toLowerCase() === name.toLowerCase())
