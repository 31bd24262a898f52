import { Icon } from '../icons/icon.tsx'
import { SegmentedControl } from '../segmented/segmented-control.tsx'
import { useUiText } from '../ui-text.tsx'
import { type Theme, useTheme } from './theme.ts'

/** System, light or dark, kept per viewer. */
export function ThemeSwitch() {
  const [theme, choose] = useTheme()
  const text = useUiText()
  return (
    <SegmentedControl<Theme>
      label={text.theme}
      value={theme}
      onChange={choose}
      options={[
        { value: 'system', label: text.themeSystem, icon: <Icon name="display" /> },
        { value: 'light', label: text.themeLight, icon: <Icon name="sun" /> },
        { value: 'dark', label: text.themeDark, icon: <Icon name="moon" /> },
      ]}
      iconsOnly
    />
  )
}
