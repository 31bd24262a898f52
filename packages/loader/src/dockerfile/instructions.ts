import { type Instruction, ModifiableInstruction } from 'dockerfile-ast'

/** Line of an instruction, counted from 1. */
export const lineOf = (instruction: Instruction): number => instruction.getRange().start.line + 1

/** What follows the keyword and its flags, on one line and without comments. */
export const contentOf = (instruction: Instruction): string =>
  (instruction.getArgumentsContent() ?? '').replace(/#[^\n]*\n/g, ' ').trim()

/** The flags of an instruction by name, such as `from` of `COPY --from=build`. */
export function flagsOf(instruction: Instruction): ReadonlyMap<string, string> {
  const flags = instruction instanceof ModifiableInstruction ? instruction.getFlags() : []
  return new Map(flags.map(flag => [flag.getName(), flag.getValue() ?? '']))
}

/**
 * A command in its JSON form word by word, in its other form as a line for the shell.
 *
 * @param shell  what `SHELL` says
 */
export function commandOf(instruction: Instruction, shell: readonly string[]): readonly string[] {
  const content = contentOf(instruction)
  if (content === '') return []
  return wordsOf(content) ?? [...shell, content]
}

/** The texts of a JSON list; nothing when the content is none. */
export function wordsOf(content: string): readonly string[] | undefined {
  if (!content.startsWith('[')) return undefined
  try {
    const list: unknown = JSON.parse(content)
    return Array.isArray(list) && list.every(item => typeof item === 'string') ? list : undefined
  } catch {
    // Docker, too, gives to the shell what is no JSON.
    return undefined
  }
}

/** Whether an instruction brings the text of a file along. */
export const hasHeredoc = (instruction: Instruction): boolean => /(?:^|\s)<<-?["']?\w+/.test(contentOf(instruction))
