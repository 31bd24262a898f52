/** Whether the public authority may sign a name: it is constrained to `localhost`. */
export const isLocal = (name: string): boolean => name === 'localhost' || name.endsWith('.localhost')
