{{- /* Labels and names that several templates use. A resource is called RELEASE-PROCESS. */}}

{{- /* Takes root and process */}}
{{- define "service.labels" -}}
{{ include "service.selector" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- /* Takes root and process. What never changes of a pod: without a process, that of all pods of a release */}}
{{- define "service.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .process }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- /* The public host name */}}
{{- define "service.host" -}}
{{ .Values.config.ALLOWED_HOSTS | toString | splitList "," | first | trim }}
{{- end }}

{{- /* Of what runs before a release: removed when it went well, kept for its log when not. Takes the order */}}
{{- define "service.hook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}
