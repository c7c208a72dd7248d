{{- /* In nothing, out DNS and PostgreSQL: all that `schedule` and `migrate` need. Takes root and process, or none for all */}}
{{- define "service.policy-of-all" -}}
{{- $policy := .root.Values.networkPolicy -}}
podSelector:
  matchLabels:
    {{- include "service.selector" . | nindent 4 }}
policyTypes: [Ingress, Egress]
egress:
  - to:
      {{- toYaml $policy.dns | nindent 6 }}
    ports:
      - { protocol: UDP, port: 53 }
      - { protocol: TCP, port: 53 }
  - to:
      {{- toYaml $policy.servers | nindent 6 }}
    ports:
      - { protocol: TCP, port: 5432 }
  {{- if .root.Values.istio.enabled }}
  # The proxies' settings and certificates
  - to:
      - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: istio-system } }
    ports:
      - { protocol: TCP, port: 15012 }
  {{- end }}
  {{- with $policy.extraEgress }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* What settings/*.yaml say that API and worker connect to */}}
{{- define "service.egress" -}}
{{- $config := include "service.config" . | fromYaml }}
{{- range (include "service.settings" . | fromYaml).egress }}
{{- if or (not .with) (get $config (.with | default "")) }}
- to:
    {{- toYaml (get $.Values.networkPolicy .to) | nindent 4 }}
  ports:
    - { protocol: TCP, port: {{ .port | default (get $config (.setting | default "")) | int }} }
{{- end }}
{{- end }}
{{- end }}

{{- /* The pods that do more than speak with PostgreSQL, or answer */}}
{{- define "service.api-and-worker" -}}
matchLabels:
  {{- include "service.selector" (dict "root" .) | nindent 2 }}
matchExpressions:
  - key: app.kubernetes.io/component
    operator: In
    values: [api, worker]
{{- end }}
