import { useSyncExternalStore } from 'react'
import { THEME_STORAGE_KEY } from './theme-key.ts'

/** What the viewer wants: what the system says, or always the one or the other. */
export type Theme = 'system' | 'light' | 'dark'

const listeners = new Set<() => void>()

/** The theme as last chosen on this device; `system` when never chosen or when storage is forbidden. */
export function storedTheme(): Theme {
  try {
    const value = localStorage.getItem(THEME_STORAGE_KEY)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system'
  }
}

/** Applies a theme to the page at once and remembers it for this viewer. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    if (theme === 'system') localStorage.removeItem(THEME_STORAGE_KEY)
    else localStorage.setItem(THEME_STORAGE_KEY, theme)
  } catch {
    // A private window may forbid storage: the choice then lasts as long as the page.
  }
  for (const listener of listeners) listener()
}

const currentTheme = (): Theme => {
  const value = document.documentElement.dataset.theme
  return value === 'light' || value === 'dark' ? value : 'system'
}

const subscribe = (listener: () => void) => {
  const onStorage = (event: StorageEvent) => {
    if (event.key === THEME_STORAGE_KEY) chooseTheme(storedTheme())
  }
  listeners.add(listener)
  window.addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', onStorage)
  }
}

/** The theme in force and the way to choose another; follows a choice made in another tab. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, currentTheme), chooseTheme]
}
