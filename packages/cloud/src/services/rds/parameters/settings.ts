/** Settings of a server by its own names for them, such as `max_connections` → `85`. */
export type Settings = Readonly<Record<string, string>>
