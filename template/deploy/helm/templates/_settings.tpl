{{- /* What settings/*.yaml say together: a component that is off has no file there. YAML, so read it by fromYaml */}}
{{- define "service.settings" -}}
{{- $all := dict "names" list "egress" list "needed" dict "defaults" dict "fixed" dict "secrets" dict }}
{{- range $path, $_ := .Files.Glob "settings/*.yaml" }}
  {{- $one := $.Files.Get $path | fromYaml }}
  {{- with $one.Error }}{{ fail (printf "%s: %s" $path .) }}{{ end }}
  {{- range $part := list "names" "egress" }}
    {{- $_ := set $all $part (concat (get $all $part) (get $one $part | default list)) }}
  {{- end }}
  {{- range $part := list "needed" "defaults" "fixed" "secrets" }}
    {{- $_ := merge (get $all $part) (get $one $part | default dict) }}
  {{- end }}
{{- end }}
{{- toYaml $all }}
{{- end }}

{{- /* The environment that is no secret: defaults of the components, then the values, then what can't be changed */}}
{{- define "service.config" -}}
{{- $settings := include "service.settings" . | fromYaml }}
{{- $config := dict }}
{{- range $name, $value := merge (deepCopy $settings.fixed) .Values.config $settings.defaults }}
  {{- /* The service takes an empty one for unset. */}}
  {{- if $value }}{{ $_ := set $config $name $value }}{{ end }}
{{- end }}
{{- toYaml $config }}
{{- end }}

{{- /* The environment that is secret, as a list of variables */}}
{{- define "service.secrets" -}}
{{- range $name, $kind := (include "service.settings" . | fromYaml).secrets }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.secret.name }}
      key: {{ $name }}
      optional: {{ eq $kind "optional" }}
{{- end }}
{{- end }}
