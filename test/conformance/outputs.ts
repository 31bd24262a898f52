/** Reads the outputs of a stack by name. @throws for a name that the stack doesn't have, with those that it has */
export const readerOf =
  (outputs: Readonly<Record<string, string>>) =>
  (name: string): string => {
    const value = outputs[name]
    if (value === undefined) {
      throw new Error(`the stack has no output ${name}; it has ${Object.keys(outputs).join(', ')}`)
    }
    return value
  }
