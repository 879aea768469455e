import { Select } from '../ui/controls/Field.tsx';

export interface RoleSelectProps {
  readonly roles: readonly string[];
  readonly value: string;
  onRole(role: string): void;
}

export const RoleSelect = ({ roles, value, onRole }: RoleSelectProps) => (
  <Select label="Role" value={value} onChange={({ target }) => onRole(target.value)}>
    <option value="">any</option>
    {roles.map((role) => (
      <option key={role} value={role}>
        {role}
      </option>
    ))}
  </Select>
);
